DROP FUNCTION draft_keeps_authors, written_once_or_gone, going_on_needs_two, level_needs_two CASCADE;
DROP FUNCTION two_approved(bigint);
