// How Node finds the modules of @qelos/sdk as they are published: they import each other without endings, as bundlers
// allow, and no "type" says that they are modules. Nothing in them is changed.

const OURS = '/node_modules/@qelos/';

export async function resolve(specifier, context, next) {
  if (!context.parentURL?.includes(OURS) || !specifier.startsWith('.')) return next(specifier, context);
  for (const ending of ['.js', '/index.js', '']) {
    try {
      return await next(specifier + ending, context);
    } catch (error) {
      if (ending === '') throw error;
    }
  }
}

export async function load(url, context, next) {
  return next(url, url.includes(OURS) && url.endsWith('.js') ? { ...context, format: 'module' } : context);
}
