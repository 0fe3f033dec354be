import type { Attack } from '../attack.ts';
import { mint } from '../harness/access.ts';
import { upgrade } from '../harness/raw-call.ts';

const AT_ONCE = 100;
const ROUNDS = 5;

export const tokenRace: Attack = {
  name: 'token-race',
  who: 'one token',
  does: `asks for ${AT_ONCE} upgrades with the same token in the same moment`,
  async run({ access, expect }) {
    for (let round = 0; round < ROUNDS; round++) {
      const session = await mint(access);
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => upgrade(access, session)));
      const opened = answers.filter(({ status }) => status === 101).length;
      const used = answers.filter(({ rest }) => rest.includes('TOKEN_USED')).length;
      expect(opened === 1, `${opened} connections were opened`);
      expect(used === AT_ONCE - 1, `${used} were told TOKEN_USED`);
      for (const { socket } of answers) socket.destroy();
    }
    return `${ROUNDS} x ${AT_ONCE} upgrades`;
  },
};
