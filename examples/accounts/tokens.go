package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// readTokens returns the resume tokens in a file, by account and Region. It returns
// nil if there is no file.
func readTokens(file string) (map[string]string, error) {
	data, err := os.ReadFile(file)
	if file == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var tokens map[string]string
	if err := json.Unmarshal(data, &tokens); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(tokens) == 0 {
		return nil, fmt.Errorf("%s: no tokens", file)
	}
	return tokens, nil
}

// writeTokens writes resume tokens to a file. Without tokens it removes the file.
func writeTokens(file string, tokens map[string]string) error {
	if file == "" {
		return nil
	}
	if len(tokens) == 0 {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	data, err := json.MarshalIndent(tokens, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o600)
}
