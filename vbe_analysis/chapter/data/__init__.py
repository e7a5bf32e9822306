"""What an edition of the chapter shows: counted, compared and, in the public edition, widened and audited."""
