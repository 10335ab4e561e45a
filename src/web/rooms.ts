import type { FastifyInstance } from 'fastify';
import { readIndicators } from '../detection/indicator.ts';
import { accountRoutes } from './account/account.routes.ts';
import { stepUpRoutes } from './account/step-up.routes.ts';
import { accountsRoutes } from './accounts/accounts.routes.ts';
import { auditRoutes } from './audit/audit.routes.ts';
import { dataRoutes } from './data/data.routes.ts';
import { intakeOf } from './data/intake.ts';
import { quarantineRoutes } from './data/quarantine.routes.ts';
import { encountersRoutes } from './encounters/encounters.routes.ts';
import { explanationsRoutes } from './explanations/explanations.routes.ts';
import { incidentsRoutes } from './incidents/incidents.routes.ts';
import { indicatorsRoutes } from './indicators/indicators.routes.ts';
import { categoryRoutes } from './intelligence/category.routes.ts';
import { categoryReviewsRoutes } from './intelligence/category-reviews.routes.ts';
import { logRoutes } from './intelligence/log.routes.ts';
import { logsRoutes } from './intelligence/logs.routes.ts';
import { looksRoutes } from './looks/looks.routes.ts';
import { mattersRoutes } from './matters/matters.routes.ts';
import { monitoringRoutes } from './monitoring/monitoring.routes.ts';
import { targetedRoutes } from './monitoring/targeted.routes.ts';
import { officersRoutes } from './officers/officers.routes.ts';
import { pairsRoutes } from './pairs/pairs.routes.ts';
import { peopleRoutes } from './people/people.routes.ts';
import { policyRoutes } from './policy/policy.routes.ts';
import { namesRoutes } from './purpose/names.routes.ts';
import { purposeRoutes } from './purpose/purpose.routes.ts';
import { erasuresRoutes } from './retention/erasures.routes.ts';
import { holdsRoutes } from './retention/holds.routes.ts';
import { retentionRoutes } from './retention/retention.routes.ts';
import { scimRoutes } from './scim/scim.routes.ts';
import { searchRoutes } from './search/search.routes.ts';
import type { WebServices } from './services.ts';
import { openIdRoutes } from './sign-in/openid.routes.ts';
import { passkeyRoutes } from './sign-in/passkey.routes.ts';
import { signInRoutes } from './sign-in/sign-in.routes.ts';
import { signalRoutes } from './signals/signal.routes.ts';
import { signalsRoutes } from './signals/signals.routes.ts';

/** Every room of the workbench. */
export function rooms(app: FastifyInstance, services: WebServices): void {
  const indicators = new Map(readIndicators().map((indicator) => [indicator.id, indicator]));
  for (const add of [
    signInRoutes,
    passkeyRoutes,
    openIdRoutes,
    scimRoutes,
    accountRoutes,
    stepUpRoutes,
    accountsRoutes,
    looksRoutes,
    auditRoutes,
    retentionRoutes,
    erasuresRoutes,
  ]) {
    add(app, services);
  }
  const intake = intakeOf(services);
  dataRoutes(app, services, intake);
  quarantineRoutes(app, intake);
  // Pages about officers and people get no store: what they read comes through the view of their reader.
  for (const add of [pairsRoutes, encountersRoutes, peopleRoutes, incidentsRoutes, searchRoutes]) add(app);
  for (const add of [
    purposeRoutes,
    namesRoutes,
    mattersRoutes,
    logsRoutes,
    logRoutes,
    categoryRoutes,
    categoryReviewsRoutes,
    targetedRoutes,
    policyRoutes,
    explanationsRoutes,
    holdsRoutes,
  ])
    add(app);
  monitoringRoutes(app, services, indicators);
  indicatorsRoutes(app, services, indicators);
  for (const add of [signalsRoutes, signalRoutes, officersRoutes]) add(app, indicators);
}
