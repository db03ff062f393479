-- The migrations that the database has.
-- SPDX-License-Identifier: MIT
select name from migration
