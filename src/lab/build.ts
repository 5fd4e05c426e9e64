/** `npm run build`: builds the app into dist/. */
import { builtApp } from './builtApp.ts';

const folder = await builtApp({ force: true });
process.stdout.write(`${folder}\n`);
