package report

import (
	"context"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// Data is the data of a report.
type Data struct {
	Run               int64
	Started, Finished string
	All               group
	Places            []group // per account and Region
	Changes           map[string]int64
	Incomplete        []engine.Problem
	Largest           []row
	Charts            []chart
}

// A group describes a group of images.
type group struct {
	Account, Region                             string
	Images, Shared, AppStream                   int64
	Public, Unencrypted, Deprecating, Past, GiB int64
	Snapshots                                   int64
	Oldest                                      string
}

// A row is an image in the table of the report.
type row struct {
	Account, Region, Service, ID, Name, State, Created, Deprecated string
	Public, Encrypted                                              bool
	GiB, Snapshots                                                 int64
}

// aggregates are the columns of a group, except its names. $1 is the current
// time.
const aggregates = `
	COUNT(*),
	SUM(CASE WHEN scope = 'shared' THEN 1 ELSE 0 END),
	SUM(CASE WHEN service = 'appstream' THEN 1 ELSE 0 END),
	SUM(CASE WHEN public THEN 1 ELSE 0 END),
	SUM(CASE WHEN encrypted THEN 0 ELSE 1 END),
	SUM(CASE WHEN deprecated_at > $1 THEN 1 ELSE 0 END),
	SUM(CASE WHEN deprecated_at <= $1 THEN 1 ELSE 0 END),
	SUM(CASE WHEN scope = 'owned' THEN gib ELSE 0 END),
	SUM(CASE WHEN scope = 'owned' THEN snapshots ELSE 0 END),
	COALESCE(MIN(created_at), '')`

func (g *group) columns() []any {
	return []any{&g.Images, &g.Shared, &g.AppStream, &g.Public, &g.Unencrypted, &g.Deprecating, &g.Past, &g.GiB, &g.Snapshots, &g.Oldest}
}

// Read reads the data of a report at a time.
func Read(ctx context.Context, db *engine.DB, at time.Time) (*Data, error) {
	s, err := db.Status(ctx)
	if err != nil {
		return nil, err
	}
	d := &Data{Run: s.Run, Started: s.Started, Finished: s.Finished, Changes: map[string]int64{}}
	err = each(ctx, db, `SELECT account, region, `+aggregates+`
		FROM current_images GROUP BY account, region ORDER BY account, region`,
		func(g *group) []any { return append([]any{&g.Account, &g.Region}, g.columns()...) },
		func(g group) { d.Places = append(d.Places, g); d.All.add(g) }, at.UTC().Format(time.RFC3339))
	if err != nil {
		return nil, err
	}
	type count struct {
		name string
		n    int64
	}
	counts := func(c *count) []any { return []any{&c.name, &c.n} }
	err = each(ctx, db, `SELECT what, COUNT(*) FROM changes WHERE run = $1 GROUP BY what`,
		counts, func(c count) { d.Changes[c.name] = c.n }, s.Run)
	if err != nil {
		return nil, err
	}
	if d.Incomplete, err = db.Problems(ctx, s.Run); err != nil {
		return nil, err
	}
	err = each(ctx, db, `
		SELECT account, region, service, id, name, state, COALESCE(created_at, ''), CASE WHEN deprecated_at <= $1 THEN deprecated_at ELSE '' END, public, encrypted, gib, snapshots
		FROM current_images
		WHERE scope = 'owned' AND (public OR NOT encrypted OR deprecated_at <= $1)
		ORDER BY gib DESC, created_at, id LIMIT 100`,
		func(r *row) []any {
			return []any{&r.Account, &r.Region, &r.Service, &r.ID, &r.Name, &r.State, &r.Created, &r.Deprecated, &r.Public, &r.Encrypted, &r.GiB, &r.Snapshots}
		},
		func(r row) { d.Largest = append(d.Largest, r) }, at.UTC().Format(time.RFC3339))
	if err != nil {
		return nil, err
	}
	months := map[string]int64{}
	err = each(ctx, db, `
		SELECT COALESCE(substr(created_at, 1, 7), ''), COUNT(*) FROM current_images
		WHERE scope = 'owned' GROUP BY 1`,
		counts, func(c count) { months[c.name] = c.n })
	if err != nil {
		return nil, err
	}
	d.Charts = charts(d.Places, months, at)
	return d, nil
}

// add adds another group.
func (g *group) add(other group) {
	g.Images += other.Images
	g.Shared += other.Shared
	g.AppStream += other.AppStream
	g.Public += other.Public
	g.Unencrypted += other.Unencrypted
	g.Deprecating += other.Deprecating
	g.Past += other.Past
	g.GiB += other.GiB
	g.Snapshots += other.Snapshots
	if g.Oldest == "" || other.Oldest != "" && other.Oldest < g.Oldest {
		g.Oldest = other.Oldest
	}
}

// each calls do for every row of a query. columns returns the destinations for
// scanning a row.
func each[T any](ctx context.Context, db *engine.DB, query string, columns func(*T) []any, do func(T), args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row T
		if err := rows.Scan(columns(&row)...); err != nil {
			return err
		}
		do(row)
	}
	return rows.Err()
}
