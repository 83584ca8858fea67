"""What is wrong: simple changes of the result, and mistakes planted in the automatic gradient."""
