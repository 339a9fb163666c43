package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Credentials provides the credentials of accounts: those of a role in each
// account or, without a role, those of the process for its own account.
type Credentials struct {
	// Timeout limits how long to wait for the credentials of an account. The
	// SDK's cache does not: all that need them would wait for an STS that does
	// not answer, even after their own time is over. The default is 30 seconds.
	Timeout time.Duration

	base aws.Config

	mu       sync.Mutex
	accounts map[[2]string]aws.CredentialsProvider // per account and role
}

// NewCredentials returns credentials that are based on those of the process.
// Their default Region is us-east-1.
func NewCredentials(ctx context.Context, optFns ...func(*config.LoadOptions) error) (*Credentials, error) {
	cfg, err := config.LoadDefaultConfig(ctx, append([]func(*config.LoadOptions) error{config.WithDefaultRegion("us-east-1")}, optFns...)...)
	if err != nil {
		return nil, err
	}
	return &Credentials{Timeout: 30 * time.Second, base: cfg, accounts: map[[2]string]aws.CredentialsProvider{}}, nil
}

// An accountError is an error of the credentials of an account.
type accountError struct {
	account, role string
	err           error
}

func (e *accountError) Error() string {
	if e.role == "" {
		return fmt.Sprintf("account %s: %v", e.account, e.err)
	}
	return fmt.Sprintf("account %s: role %s cannot be assumed: %v", e.account, e.role, e.err)
}

func (e *accountError) Unwrap() error { return e.err }

// Config returns a configuration with the credentials of an account, which a
// request retrieves when it needs them.
func (c *Credentials) Config(account, role, region string) aws.Config {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]string{account, role}
	if c.accounts[key] == nil {
		provider := c.provider(account, role, region)
		c.accounts[key] = aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			ctx, cancel := context.WithTimeout(ctx, c.Timeout)
			defer cancel()
			credentials, err := provider.Retrieve(ctx)
			if err != nil {
				err = &accountError{account, role, err}
			}
			return credentials, err
		}))
	}
	cfg := c.base.Copy()
	cfg.Credentials = c.accounts[key]
	if region != "" {
		cfg.Region = region
	}
	return cfg
}

func (c *Credentials) provider(account, role, region string) aws.CredentialsProvider {
	client := sts.NewFromConfig(c.base)
	if role == "" {
		return aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			return c.own(ctx, client, account)
		})
	}
	if region == "" {
		region = c.base.Region
	}
	arn := "arn:" + partition(region) + ":iam::" + account + ":role/" + role
	return stscreds.NewAssumeRoleProvider(client, arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "inventory"
	})
}

var errOtherAccount = errors.New("the credentials are for another account")

// own returns the credentials of the process if they are for the account.
func (c *Credentials) own(ctx context.Context, client *sts.Client, account string) (aws.Credentials, error) {
	identity, err := client.GetCallerIdentity(ctx, nil)
	if err != nil {
		return aws.Credentials{}, err
	}
	if got := aws.ToString(identity.Account); got != account {
		return aws.Credentials{}, fmt.Errorf("%w, %s; use -role to list several accounts", errOtherAccount, got)
	}
	return c.base.Credentials.Retrieve(ctx)
}
