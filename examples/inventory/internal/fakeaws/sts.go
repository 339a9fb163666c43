package fakeaws

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"
)

// An stsHandler implements AssumeRole as STS does, for roles in these accounts.
type stsHandler struct {
	accounts []string
	fault    *Dial
	lifetime time.Duration
}

// ServeHTTP responds with the access key of the role's account.
func (h stsHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.fault.apply(http.HandlerFunc(h.serve)).ServeHTTP(w, r)
}

func (h stsHandler) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	role := r.FormValue("RoleArn")
	account, _, _ := strings.Cut(strings.TrimPrefix(role, "arn:aws:iam::"), ":")
	if r.FormValue("Action") != "AssumeRole" || !slices.Contains(h.accounts, account) {
		w.WriteHeader(http.StatusForbidden)
		writeXML(w, stsError{Type: "Sender", Code: "AccessDenied", Message: "User is not authorized to perform: sts:AssumeRole on resource: " + role})
		return
	}
	writeXML(w, assumeRoleResponse{
		AccessKeyID:     AccessKey(account),
		SecretAccessKey: "secret",
		SessionToken:    "token",
		Expiration:      time.Now().Add(h.lifetime).UTC().Format(time.RFC3339),
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

// FailSTS is a fault that answers as STS does.
func FailSTS(status int, code, message string) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			w.WriteHeader(status)
			writeXML(w, stsError{Type: "Sender", Code: code, Message: message})
		})
	}
}

func writeXML(w http.ResponseWriter, v any) {
	text, err := xml.Marshal(v)
	if err != nil {
		panic(err) // cannot happen with the types above
	}
	_, _ = w.Write(text)
}
