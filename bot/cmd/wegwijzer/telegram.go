package main

import "context"

func (c *command) telegram(_ context.Context, _ []string) error { return usage{"nog niet aangesloten"} }
