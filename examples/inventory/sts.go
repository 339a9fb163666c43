package main

import (
	"encoding/xml"
	"net/http"
	"slices"
	"time"
)

// accessKey returns the access key of an account at the test endpoints.
func accessKey(account string) string { return "ASIA" + account }

// An stsHandler implements AssumeRole as STS does, for roles in these accounts.
type stsHandler struct{ accounts []string }

// ServeHTTP responds with the access key of the role's account.
func (h stsHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	role := r.FormValue("RoleArn")
	if r.FormValue("Action") != "AssumeRole" || !slices.Contains(h.accounts, accountOf(role)) {
		w.WriteHeader(http.StatusForbidden)
		writeXML(w, stsError{Type: "Sender", Code: "AccessDenied", Message: "User is not authorized to perform: sts:AssumeRole on resource: " + role})
		return
	}
	writeXML(w, assumeRoleResponse{
		AccessKeyID:     accessKey(accountOf(role)),
		SecretAccessKey: "secret",
		SessionToken:    "token",
		Expiration:      time.Now().Add(time.Hour).UTC().Format(time.RFC3339),
	})
}

type assumeRoleResponse struct {
	XMLName         xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ AssumeRoleResponse"`
	AccessKeyID     string   `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
	SecretAccessKey string   `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
	SessionToken    string   `xml:"AssumeRoleResult>Credentials>SessionToken"`
	Expiration      string   `xml:"AssumeRoleResult>Credentials>Expiration"`
}

type stsError struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
}

func writeXML(w http.ResponseWriter, v any) {
	text, err := xml.Marshal(v)
	if err != nil {
		panic(err) // cannot happen with the types above
	}
	_, _ = w.Write(text)
}
