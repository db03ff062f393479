-- Whose token a demo token is: its subject and scopes, for a role, a person or nobody in particular, and an issuer.
-- SPDX-License-Identifier: MIT
-- $1 is officer, manager, hr, college, auditor, provider or administrator; $2 the identifier of a person or null; $3
-- the issuer. No row: nobody can act so.
with role (name, scope) as (
    values ('officer', 'record:read record:write'),
           ('manager', 'record:read record:write team:read competencies:assess'),
           ('hr', 'record:read record:write workforce:read workforce:write reports:organisation competencies:assess '
                  || 'specialists:read'),
           ('college', 'reports:national'),
           ('auditor', 'audit:read'),
           ('provider', 'completions:write'),
           ('administrator', 'administration workforce:write')
), granted as (
    select account.account_id, account.subject, account.person_id, access_grant.access_grant_id, access_grant.scopes
    from account
    join access_grant on access_grant.account_id = account.account_id
    where account.issuer = $3
), candidate as (
    select account.subject, 0 as preference, account.account_id as ordinal
    from account
    join person on person.person_id = account.person_id
    where account.issuer = $3 and person.id = $2::uuid
    union all
    select subject, 1, access_grant_id
    from granted
    where $2 is null
      and scopes && case $1
                        when 'manager' then array['team:read']
                        when 'hr' then array['workforce:read']
                        when 'college' then array['reports:national']
                        when 'auditor' then array['audit:read']
                        when 'provider' then array['completions:write']
                        when 'administrator' then array['administration']
                    end
    union all
    select account.subject, 2, account.account_id
    from account
    join person on person.person_id = account.person_id and person.synthetic
    where $1 = 'officer' and $2 is null and account.issuer = $3
      and account.account_id not in (select account_id from granted)
      and exists (
          select
          from posting
          where posting.person_id = person.person_id and posting.rank = 'constable'
            and posting.worker_type = 'police_officer'
            and posting.starts_on <= london_today()
            and (posting.ends_before is null or posting.ends_before > london_today()))
      and exists (select from activity where activity.person_id = person.person_id)
      and exists (select from assertion where assertion.person_id = person.person_id)
)
select candidate.subject, role.scope
from candidate
join role on role.name = $1
order by candidate.preference, candidate.ordinal
limit 1;
