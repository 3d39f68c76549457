"""Good practices: the call, drafts, submissions and the secretariat's review.

A *call* invites delegations to submit *good practices* in its template until its deadline. A practice is
a draft (the delegation's alone), then submitted, returned with comments or accepted. Each submission is
a *version* that is kept. An *extension* lets one delegation submit until a later moment.
"""
