import { Module } from '@nestjs/common';
import { Gate, createGate } from '#access';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { LOGIN_PATH, LoginController } from './login.controller';

/** Login, and the gate that identifies callers. */
@Module({
  controllers: [LoginController],
  providers: [
    {
      provide: Gate,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) => createGate(config, LOGIN_PATH, config.BASE_PATH),
    },
  ],
  exports: [Gate],
})
export class AccessModule {}
