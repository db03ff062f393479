-- Brings the national figures up to the facts.
-- SPDX-License-Identifier: MIT
-- every: 5 seconds
select refresh_figures()
