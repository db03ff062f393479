-- SPDX-License-Identifier: MIT
-- The scope workforce:write: what an issuer may say, and what its roles may be worth.

alter table issuer
    drop constraint issuer_scopes_known,
    add constraint issuer_scopes_known check (scopes <@ array['record:read', 'record:write', 'team:read',
        'workforce:read', 'workforce:write', 'competencies:assess', 'frameworks:write', 'reports:organisation',
        'reports:national', 'completions:write', 'sensitive:read', 'audit:read', 'administration']);
alter table issuer_role
    drop constraint issuer_role_scopes_known,
    add constraint issuer_role_scopes_known check (scopes <@ array['record:read', 'record:write', 'team:read',
        'workforce:read', 'workforce:write', 'competencies:assess', 'frameworks:write', 'reports:organisation',
        'reports:national', 'completions:write', 'sensitive:read', 'audit:read', 'administration']);
