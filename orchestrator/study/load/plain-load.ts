// k6 script of `topolab calibrate`: asks for one path, as often as the load model says.
import http from 'k6/http';

export const options = { discardResponseBodies: true };

export default function ask(): void {
  http.get(`${__ENV['BASE_URL']}${__ENV['TARGET_PATH']}`);
}
