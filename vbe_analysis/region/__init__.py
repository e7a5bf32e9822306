"""Many districts: what each hands over (an export), and the one picture that a city makes of their exports."""
