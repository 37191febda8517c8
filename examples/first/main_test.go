package main

// Example runs the program and holds what it prints.
func Example() {
	main()
	// Output:
	// luc@acme.example - gap_designated
	// luc@acme.example - assigned
	// sign: true allowed
}
