import type { FastifyInstance } from 'fastify';
import { looksRoutes } from './looks/looks.routes.ts';
import type { WebServices } from './services.ts';
import { signInRoutes } from './sign-in/sign-in.routes.ts';

/** Every room of the workbench. */
export function rooms(app: FastifyInstance, services: WebServices): void {
  for (const add of [signInRoutes, looksRoutes]) add(app, services);
}
