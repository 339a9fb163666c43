package main

import (
	"bytes"
	"os"
	"testing"
)

// The generated code is that of the SDK in go.mod. When the SDK is raised and
// knows more of images than before, this test fails until it is generated anew.
func TestUpToDate(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../imagexml/structures.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("structures.go is not what the SDK in go.mod asks for: run go generate ./ec2images/...")
	}
}
