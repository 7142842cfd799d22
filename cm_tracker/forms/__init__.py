"""The shape of what people send: fields, lengths, kinds. What it means is the domain's to decide."""
