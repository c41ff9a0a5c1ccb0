package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// flags makes the flag set of a command; its errors are of wrong use.
func flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads flags anywhere among the arguments and returns the others; n is
// how many others there must be, -1 for any number.
func parse(f *flag.FlagSet, args []string, n int) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, usage{"zie wegwijzer help " + f.Name()}
			}
			return nil, usage{err.Error()}
		}
		if args = f.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	if n >= 0 && len(rest) != n {
		return nil, usage{fmt.Sprintf("verwacht %d argument(en), kreeg er %d; zie wegwijzer help %s", n, len(rest), f.Name())}
	}
	return rest, nil
}
