package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// readAccounts reads a file with one account id per line. It ignores empty
// lines and text after a #. The error names every invalid line.
func readAccounts(name string) ([]string, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var accounts, problems []string
	lines := map[string]int{} // line numbers of the accounts so far
	scanner := bufio.NewScanner(file)
	for n := 1; scanner.Scan(); n++ {
		text, _, _ := strings.Cut(scanner.Text(), "#")
		account := strings.TrimSpace(text)
		switch {
		case account == "":
		case !accountID.MatchString(account):
			problems = append(problems, fmt.Sprintf("%s:%d: %q is not an account id, which has 12 digits", name, n, account))
		case lines[account] > 0:
			problems = append(problems, fmt.Sprintf("%s:%d: account %s is also on line %d", name, n, account, lines[account]))
		default:
			lines[account] = n
			accounts = append(accounts, account)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if problems != nil {
		return nil, fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	if len(accounts) == 0 {
		return nil, fmt.Errorf("%s: contains no accounts; put one account id on each line", name)
	}
	return accounts, nil
}
