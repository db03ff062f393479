-- Who asks, for what: turns a verified token into the settings that the policies compare with, or refuses.
-- SPDX-License-Identifier: MIT
-- :scopes are the token's, :required those of which one must be in effect (both space-separated), :organisation the
-- header Acting-Organisation, :roles the values of the issuer's role claim (a JSON array), :person_claim that of the
-- claim which names a person, both null without one. The settings are local to the transaction.
select asked.account,
       asked.person,
       asked.organisation,
       asked.units,
       asked.cleared_units,
       asked.acting,
       asked.scopes
from sign_in(:issuer, :subject, :scopes, :roles, :person_claim, :organisation, :required, :read_only) as asked
