"""The supervisor's board, figure by figure (R103 to R107). Every number is of the reader's own floor."""
