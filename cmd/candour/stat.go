package main

// StatCmd holds the analysts' filters: each reads CSV on standard input and
// writes CSV on standard output, with the numbers that the pages use.
type StatCmd struct {
	Funnel     StatFunnelCmd     `cmd:"" help:"Funnel plots: units of one period against limits."`
	Cusum      StatCUSUMCmd      `cmd:"" name:"cusum" help:"CUSUM and VLAD charts, case by case."`
	CusumLimit StatCUSUMLimitCmd `cmd:"" name:"cusum-limit" help:"The CUSUM limit for a stated rate of false alarms."`
	SPC        StatSPCCmd        `cmd:"" name:"spc" help:"XmR charts of Making Data Count: limits, rules, icons."`
	Chart      StatChartCmd      `cmd:"" name:"chart" help:"Run charts and Shewhart charts, also for rare events."`
}
