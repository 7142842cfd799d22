"""Steps: what several operations share. A step runs in the transaction of its caller and never commits."""
