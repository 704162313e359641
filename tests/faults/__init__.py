"""What happens when processes die: real servers, real kills, counted afterwards."""
