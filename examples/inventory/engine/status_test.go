package engine_test

import (
	"strings"
	"testing"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

func TestVerdict(t *testing.T) {
	onEach(t, func(t *testing.T, db *engine.DB) {
		p := engine.Plan{Accounts: []string{account, "222222222222"}, Regions: []string{"us-east-1", "eu-wset-1"}, Services: []string{"ec2"}}
		if _, _, err := p.Start(t.Context(), db, false); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ reason, set, where, want string }{
			{"not finished", "state = 'done'", "id < 0", "8 listings are pending"},
			{"complete", "state = 'done'", "true", ""},
			{"one account has not enabled a Region", "state = 'unavailable'", "account = '222222222222' AND region = 'us-east-1'", ""},
			{"a name that no account knows", "state = 'unavailable'", "region = 'eu-wset-1'", "no account can use eu-wset-1"},
			{"an account without any Region", "state = 'unavailable'", "account = '222222222222'", "every Region is unavailable to 222222222222"},
			{"all accounts have disabled a Region that was enabled", "state = CASE WHEN region = 'eu-wset-1' THEN 'unavailable' ELSE 'done' END, enabled = (region = 'eu-wset-1')", "true", ""},
			{"denied", "state = 'denied'", "id = 1", "1 listings are denied"},
			{"failed", "state = 'failed'", "id = 1", "1 listings are failed"},
		} {
			if _, err := db.ExecContext(t.Context(), "UPDATE listings SET "+tt.set+" WHERE "+tt.where); err != nil {
				t.Fatalf("%s: %v", tt.reason, err)
			}
			s, err := db.Status(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			verdict := s.Verdict()
			if (verdict == nil) != (tt.want == "") || verdict != nil && !strings.Contains(verdict.Error(), tt.want) {
				t.Errorf("%s: got %v, want %q", tt.reason, verdict, tt.want)
			}
		}
	})
}
