-- Posts the entries of people whose facts were loaded in bulk, some at a time, so that the clerk's other work goes on.
-- SPDX-License-Identifier: MIT
-- every: 1 second
select post_backlog(200)
