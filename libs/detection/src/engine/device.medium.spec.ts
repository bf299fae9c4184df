import { DeviceUnavailableError } from '../errors';
import { chooseDevice, tryCuda } from './device';

describe('chooseDevice', () => {
  it('uses the CPU on request', async () => {
    expect(await chooseDevice('cpu')).toEqual({ device: 'cpu' });
  });

  it('uses CUDA if it works; else explains why not, or fails if CUDA is required', async () => {
    const why = await tryCuda();
    const best = await chooseDevice('auto');
    if (why === undefined) {
      expect([best, await chooseDevice('cuda')]).toEqual([{ device: 'cuda' }, { device: 'cuda' }]);
      return;
    }
    expect(why).toMatch(/cuda/i);
    expect(best).toEqual({
      device: 'cpu',
      reason: expect.stringMatching(/^CUDA is not available: ./) as string,
    });
    const refused = chooseDevice('cuda');
    await expect(refused).rejects.toThrow(DeviceUnavailableError);
    await expect(refused).rejects.toThrow(/CUDA is not available: .*'auto' to fall back to the CPU/);
  });
});
