import type { Filter } from '../request/context.ts';

/** Calls what the filters inside asked for with `ctx.whenOver`, once per request; outermost. */
export const endingsFilter: Filter = (next) => (ctx) =>
  next(ctx).then(
    () => ctx.end(),
    (error: unknown) => {
      ctx.end();
      throw error;
    },
  );
