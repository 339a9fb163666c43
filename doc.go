// Package awsimages is the front door of a library for services that list
// machine images on AWS.
//
// It has no code of its own; the packages below it do the work.
package awsimages
