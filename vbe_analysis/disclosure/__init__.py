"""The public edition: counts widened to bands, and audited against an attacker."""
