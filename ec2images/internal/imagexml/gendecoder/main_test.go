package main

import (
	"bytes"
	"os"
	"testing"
)

// The generated code matches the SDK in go.mod. If the SDK is upgraded and
// images have new fields, this test fails until the code is generated again.
func TestGenerate_upToDate(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../structures.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("structures.go is not what the SDK in go.mod asks for: run go generate ./ec2images/...")
	}
}
