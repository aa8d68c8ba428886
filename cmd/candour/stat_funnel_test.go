package main

import (
	"strings"
	"testing"

	"candour/internal/fault"
)

const funnelInput = "unit,num,den\na,100,108.004\nb,150,112\nc,180,165\nd,80,95\ne,120,100\nf,225,220\n"

func TestStatFunnelCommandLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		args []string
		code int
		want string // somewhere in the output or the error
	}{
		"the columns are those of the manual":     {funnelInput, nil, 0, "unit,num,den,value,z,z_used,ll95,ul95,ll998,ul998,odll95,odul95,odll998,odul998,outlier\n"},
		"expected counts are rounded when asked":  {funnelInput, []string{"--round-expected"}, 0, "\na,100,108,0.925891633643,-0.799802600707,"},
		"expected counts are kept unless asked":   {funnelInput, nil, 0, "\na,100,108.004,"},
		"the model is one row":                    {funnelInput, []string{"--model", "--round-expected"}, 0, "phi,tau2,target,n,limits\n2.9480331751,0.019477530578,1,6,adjusted\n"},
		"without an allowance none is told":       {funnelInput, []string{"--model", "--overdispersion", "none"}, 0, "\n0,0,1,6,unadjusted\n"},
		"no allowance leaves b an outlier":        {funnelInput, []string{"--overdispersion", "none"}, 0, ",1.32782757712,0.830938752598,1.20345813319,0.74676892628,1.33910231774,true\n"},
		"the regulator's limits are squared back": {funnelInput, []string{"--method", "cqc", "--limit", "95", "--full"}, 0, "\nd,80,95,0.84210526315789469,"},
		"any level judges":                        {funnelInput, []string{"--limit", "80"}, 0, "\nb,150,112,"},
		"full is seventeen digits":                {funnelInput, []string{"--full", "--model", "--round-expected"}, 0, "\n2.94803317510235"},
		"a target of one's own":                   {"unit,num,den\na,5,10\nb,6,10\n", []string{"--kind", "pr", "--target", "0.9", "--overdispersion", "none", "--exact", "--model"}, 0, ",0.9,2,unadjusted"},
		"sentences when asked":                    {funnelInput, []string{"--explain", "--of", "expected deaths"}, 0, "Within the limits, because 1.34 is below 1.39, the 95% limit for 112 expected deaths."},
		"no trimming with a share of 0":           {funnelInput, []string{"--method", "cqc", "--trim", "0", "--model"}, 0, ",6,adjusted"},
		"a share of a half is refused":            {funnelInput, []string{"--trim", "0.5"}, 2, "the share trimmed at each end is 0.5"},
		"a negative share is refused":             {funnelInput, []string{"--trim=-0.1"}, 2, "the share trimmed at each end is -0.1"},
		"a level of 100 is refused":               {funnelInput, []string{"--limit", "100"}, 2, "must be between 0 and 100"},
		"a level of 0 is refused":                 {funnelInput, []string{"--limit", "0"}, 2, "--limit and --multiplier must be above 0"},
		"logit is for proportions":                {funnelInput, []string{"--logit"}, 2, "this scale does not go with this kind"},
		"an unknown kind is refused":              {funnelInput, []string{"--kind", "xx"}, 2, "--kind must be one of"},
		"an impossible proportion names its unit": {"unit,num,den\na,3,2\n", []string{"--kind", "pr"}, 2, `unit "a": 3 of 2 is impossible`},
		"help has examples":                       {"", []string{"--help"}, 0, "candour stat funnel --num OBSERVED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := runStatCUSUM(c.in, append([]string{"funnel"}, c.args...)...)
			if code != c.code || !strings.Contains(out+errs, c.want) {
				t.Errorf("exit code %d, output\n%s%s\nexpected code %d and %q", code, out, errs, c.code, c.want)
			}
			if code == fault.ExitRefused && errs == "" {
				t.Error("refused without a word")
			}
		})
	}
}
