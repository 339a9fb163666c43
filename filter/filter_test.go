package filter_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

func TestFormat(t *testing.T) {
	for _, test := range []struct {
		reason  string
		filters []types.Filter
		want    string
	}{
		{"none", nil, ""},
		{"one", filter.And(filter.Name.Like("web-*")), "name=web-*"},
		{"several values", filter.And(filter.Name.Like("web-*", "db-?")), "name=web-*,db-?"},
		{"several filters", webARM, "name=web-*, architecture=arm64"},
		{"a value with a space", filter.And(filter.Name.Is("web 1", "db")), `name="web 1",db`},
		{"values with the punctuation of the text", filter.And(filter.Name.Is("a,b", "c|d", "e=f", `"g"`)), `name="a,b","c|d","e=f","\"g\""`},
		{"an escape", filter.And(filter.Name.Is("web*")), `name=web\*`},
		{"a line break", filter.And(filter.Name.Is("a\nb")), `name="a\nb"`},
		{"a byte that is no text", filter.And(filter.Name.Is("\xff")), `name="\xff"`},
		{"another alphabet", filter.And(filter.Name.Is("größe")), "name=größe"},
		{"an empty value", filter.And(filter.Tag("Owner").Is("")), `tag:Owner=""`},
		{"a key with a space", filter.And(filter.Tag("Cost Center").Is("42")), `"tag:Cost Center"=42`},
		{"no values", filter.And(filter.Name.Is()), "name="},
		{"no name", []types.Filter{{Values: []string{"a"}}}, `""=a`},
		{"10 values", filter.And(filter.Name.Is(numbers(10)...)), "name=0,1,2,3,4,5,6,7,8,9"},
		{"11 values", filter.And(filter.Name.Is(numbers(11)...), filter.ENASupport.Is(true)), "name=0,1,2,3,4,5,6,7,8,9 and 1 more, ena-support=true"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			if got := filter.Format(test.filters); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAnd_copies(t *testing.T) {
	values := []string{"a", "b"}
	f := filter.Name.Like(values...)
	filters := []types.Filter{f}
	and := filter.And(filters...)
	values[0], filters[0] = "x", types.Filter{}
	if got := f.Values[0]; got != "a" {
		t.Errorf("Like: got value %q after the caller's slice was changed, want a", got)
	}
	if and[0].Name == nil {
		t.Error("And: got no name after the caller's slice was changed, want name")
	}
}
