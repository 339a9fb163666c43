package sdkfields_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/internal/sdkfields"
)

// The script prints the names by which botocore pages through all operations of
// all services. It leaves out the expressions among them.
const botocoreNames = `
import json, re, botocore.session
loader = botocore.session.get_session().get_component("data_loader")
pairs, sizes, more = set(), set(), set()
field = lambda path: path.rsplit(".", 1)[-1][0].upper() + path.rsplit(".", 1)[-1][1:]
listed = lambda v: v if isinstance(v, list) else [v]
for service in loader.list_available_services("paginators-1"):
    for p in loader.load_service_model(service, "paginators-1")["pagination"].values():
        for i, o in zip(listed(p["input_token"]), listed(p["output_token"])):
            if re.fullmatch(r"[\w.]+", o):
                pairs.add(field(i) + " " + field(o))
        sizes.update(field(p[k]) for k in ["limit_key"] if k in p)
        more.update(field(p[k]) for k in ["more_results"] if k in p)
print(json.dumps([sorted(pairs), sorted(sizes), sorted(more)]))`

// The table has the names that some service has, and no others.
func TestTable_botocore(t *testing.T) {
	out, err := peer.Python(t, "botocore", "-c", botocoreNames).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [3][]string
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	// Only operations that are refused have them.
	left := []string{"StartRecordIdentifier NextRecordIdentifier", "MaxUploads", "HasMoreShards"}
	pairs, sizes, more := sdkfields.Table()
	for i, got := range [][]string{pairs, sizes, more} {
		for _, name := range got {
			if !slices.Contains(want[i], name) {
				t.Errorf("no service has %s", name)
			}
		}
		for _, name := range want[i] {
			if !slices.Contains(got, name) && !slices.Contains(left, name) {
				t.Errorf("a service has %s", name)
			}
		}
	}
}
