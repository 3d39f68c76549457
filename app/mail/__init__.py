"""Mail. A *mail* waits in the outbox, a table written in the transaction that causes it; a job delivers
it afterwards, so that none is lost and none is sent for something that did not happen."""
