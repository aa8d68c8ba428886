package main

// StatCmd holds the analysts' filters: each reads CSV on standard input and
// writes CSV on standard output, with the numbers that the pages use.
type StatCmd struct {
	Cusum      StatCUSUMCmd      `cmd:"" name:"cusum" help:"CUSUM and VLAD charts, case by case."`
	CusumLimit StatCUSUMLimitCmd `cmd:"" name:"cusum-limit" help:"The CUSUM limit for a stated rate of false alarms."`
}
