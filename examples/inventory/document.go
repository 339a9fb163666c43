package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// document returns a value as JSON, and the hash of that. Empty values are left
// out: most fields of an image are, and would be most of the text. Arrays are
// sorted, since the services do not promise an order: an image whose tags come
// in another order has not changed.
func document(v any) (doc, hash string, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	// Numbers stay as they are written.
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return "", "", err
	}
	tree, err = normalize(tree)
	if err != nil {
		return "", "", err
	}
	text, err = json.Marshal(tree)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(text)
	return string(text), hex.EncodeToString(sum[:16]), nil
}

// normalize returns the tree without empty values, nil if that is all of it.
func normalize(tree any) (any, error) {
	switch tree := tree.(type) {
	case map[string]any:
		for key, value := range tree {
			value, err := normalize(value)
			if err != nil {
				return nil, err
			}
			if value == nil {
				delete(tree, key)
			} else {
				tree[key] = value
			}
		}
		if len(tree) == 0 {
			return nil, nil
		}
	case []any:
		texts := make([]json.RawMessage, 0, len(tree))
		for _, element := range tree {
			element, err := normalize(element)
			if err != nil {
				return nil, err
			}
			text, err := json.Marshal(element)
			if err != nil {
				return nil, err
			}
			texts = append(texts, text)
		}
		if len(texts) == 0 {
			return nil, nil
		}
		slices.SortFunc(texts, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
		return texts, nil
	case string:
		if tree == "" {
			return nil, nil
		}
	}
	return tree, nil
}
