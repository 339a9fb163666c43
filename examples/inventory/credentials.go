package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// A credentialStore provides the credentials of accounts: those of a role in
// each account or, without a role, those of the process for its own account.
type credentialStore struct {
	base aws.Config

	mu       sync.Mutex
	accounts map[[2]string]aws.CredentialsProvider // per account and role
}

func newCredentialStore(ctx context.Context) (*credentialStore, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithDefaultRegion("us-east-1"))
	if err != nil {
		return nil, err
	}
	return &credentialStore{base: cfg, accounts: map[[2]string]aws.CredentialsProvider{}}, nil
}

// An accountError reports that there are no credentials for an account.
type accountError struct {
	Account, Role string
	Err           error
}

func (e *accountError) Error() string {
	if e.Role == "" {
		return fmt.Sprintf("account %s: %v", e.Account, e.Err)
	}
	return fmt.Sprintf("account %s: role %s cannot be assumed: %v", e.Account, e.Role, e.Err)
}

func (e *accountError) Unwrap() error { return e.Err }

// config returns a configuration with the credentials of an account. If AWS
// refuses them, the error is an *accountError.
func (s *credentialStore) config(ctx context.Context, account, role, region string) (aws.Config, error) {
	s.mu.Lock()
	provider, ok := s.accounts[[2]string{account, role}]
	if !ok {
		provider = aws.NewCredentialsCache(s.provider(account, role, region))
		s.accounts[[2]string{account, role}] = provider
	}
	s.mu.Unlock()
	cfg := s.base.Copy()
	cfg.Credentials = provider
	_, err := provider.Retrieve(ctx)
	if _, refused := errors.AsType[smithy.APIError](err); refused || errors.Is(err, errOtherAccount) {
		return cfg, &accountError{account, role, err}
	}
	return cfg, err
}

func (s *credentialStore) provider(account, role, region string) aws.CredentialsProvider {
	client := sts.NewFromConfig(s.base)
	if role == "" {
		return aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			return s.own(ctx, client, account)
		})
	}
	arn := "arn:" + partition(region) + ":iam::" + account + ":role/" + role
	return stscreds.NewAssumeRoleProvider(client, arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "inventory"
	})
}

var errOtherAccount = errors.New("the credentials are for another account")

// own returns the credentials of the process if they are for the account.
func (s *credentialStore) own(ctx context.Context, client *sts.Client, account string) (aws.Credentials, error) {
	identity, err := client.GetCallerIdentity(ctx, nil)
	if err != nil {
		return aws.Credentials{}, err
	}
	if got := aws.ToString(identity.Account); got != account {
		return aws.Credentials{}, fmt.Errorf("%w, %s; use -role to list several accounts", errOtherAccount, got)
	}
	return s.base.Credentials.Retrieve(ctx)
}
