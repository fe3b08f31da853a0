import { test } from 'vitest';
import {
  describeConsole,
  expectAccessible,
  fillSignIn,
  keepPicture,
} from '../support/browser/console.ts';

describeConsole('the console around its screens', (held) => {
  test('a user who is not signed in gets to the address after signing in', async () => {
    const { admin } = held.current;
    const page = await held.current.open('/trash?kind=image', { as: null });
    await fillSignIn(page, { ...admin, password: 'not the password' });
    await page.getByText('The user name or the password is wrong.').waitFor();
    await fillSignIn(page, admin);
    await page.waitForURL('**/trash?kind=image');
  });

  test.each(['light', 'dark'] as const)('signing in is accessible, %s', async (scheme) => {
    const page = await held.current.open('/sign-in', { as: null, scheme, width: 360 });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, `sign-in-${scheme}`);
  });
});
