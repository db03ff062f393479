-- Takes back a request for endorsement of the caller's own while it is open.
-- SPDX-License-Identifier: MIT
select endorsement_problem_status(done.problem) as _status,
       done.problem as _problem
from (select withdraw_endorsement_request(:endorsement_request_id::uuid) as problem offset 0) as done
