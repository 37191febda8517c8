package main

// Example runs the program and holds what it prints.
func Example() {
	main()
	// Output:
	// luc@acme.example - Désignation du gestionnaire d'accès principal
	// luc@acme.example - Attribution directe de rôle
	// sign: true allowed
}
