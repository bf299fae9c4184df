import { DeviceUnavailableError } from '../errors';
import { chooseDevice, tryCuda } from './device';

describe('chooseDevice', () => {
  it('takes the CPU where it is asked for', async () => {
    expect(await chooseDevice('cpu')).toEqual({ device: 'cpu' });
  });

  it('takes CUDA where it works; else says why not, or refuses if nothing else will do', async () => {
    const why = await tryCuda();
    const best = await chooseDevice('auto');
    if (why === undefined) {
      expect([best, await chooseDevice('cuda')]).toEqual([{ device: 'cuda' }, { device: 'cuda' }]);
      return;
    }
    expect(why).toMatch(/cuda/i);
    expect(best).toEqual({ device: 'cpu', reason: expect.stringMatching(/^no CUDA: ./) as string });
    const refused = chooseDevice('cuda');
    await expect(refused).rejects.toThrow(DeviceUnavailableError);
    await expect(refused).rejects.toThrow(/CUDA cannot be used: .*the device 'auto' falls back to the CPU/);
  });
});
