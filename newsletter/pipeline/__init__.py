"""The verbs, in the order of the sentence: collect, curate, compose, approve, deliver, measure."""
