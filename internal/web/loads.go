package web

type loads struct{}

func newLoads() *loads { return &loads{} }
