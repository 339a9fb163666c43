package engine

import (
	"context"
	"database/sql"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// scopeRegions is the scope of a listing of an account's Regions.
const scopeRegions = "regions"

// appStreamRegions are the Regions that have AppStream, as the SDK lists them in
// appstream v1.64.6 of 2026-08-10.
// Elsewhere the host of the service does not exist, and nothing can be asked.
//
// https://docs.aws.amazon.com/general/latest/gr/aas2.html
var appStreamRegions = strings.Fields(`
	us-east-1 us-east-2 us-west-2
	ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-5
	ca-central-1
	eu-central-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
	il-central-1
	sa-east-1
	us-gov-east-1 us-gov-west-1`)

// enabledRegions returns the Regions that the account has enabled. It asks EC2
// in the Region of the configuration.
func enabledRegions(ctx context.Context, cfg aws.Config) (names []string, err error) {
	out, err := ec2.NewFromConfig(cfg).DescribeRegions(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, region := range out.Regions {
		names = append(names, aws.ToString(region.RegionName))
	}
	return names, nil
}

// expand completes the listing of an account's Regions: it adds the listings in
// these Regions to the run.
func (w *jobWorker) expand(ctx context.Context, l *Listing, regions []string, complete func(*sql.Tx) error) error {
	next := *l
	next.State = Done
	err := w.DB.inTx(ctx, func(tx *sql.Tx) error {
		if err := l.move(ctx, tx, w.Name, next, ""); err != nil {
			return err
		}
		var services string
		if err := tx.QueryRowContext(ctx, `SELECT services FROM runs WHERE id = $1`, l.Run).Scan(&services); err != nil {
			return err
		}
		if err := complete(tx); err != nil {
			return err
		}
		if err := addListings(ctx, w.DB, tx, w.queue, l.Run, keysOf(l.Account, regions, strings.Split(services, ",")), true); err != nil {
			return err
		}
		if err := addDisabled(ctx, tx, l); err != nil {
			return err
		}
		return ended(ctx, tx, l.Run)
	})
	if err == nil {
		l.State = Done
	}
	return err
}

// addDisabled adds to the run what earlier runs have listed in other Regions,
// since the account has disabled those. Their images may still exist.
func addDisabled(ctx context.Context, tx *sql.Tx, l *Listing) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE listings
		SET run = $1, version = version + 1, state = 'unavailable', error = 'the account has disabled the Region', updated_at = $2
		WHERE account = $3 AND run < $1 AND region NOT IN (SELECT region FROM listings WHERE account = $3 AND run = $1)`,
		l.Run, now(), l.Account)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n > 0 {
		_, err = tx.ExecContext(ctx, `UPDATE runs SET listings = listings + $1 WHERE id = $2`, n, l.Run)
	}
	return err
}
