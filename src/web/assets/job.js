// Shows how an import goes, once a second, and loads the page anew when it has ended.
const place = document.querySelector('[data-job]');
const what = document.querySelector('[data-job-what]');
const bar = place?.querySelector('progress');

async function ask() {
  const answer = await fetch(place.dataset.job, { headers: { accept: 'application/json' } });
  if (!answer.ok || answer.redirected) return location.reload();
  const job = await answer.json();
  if (job.state !== 'running') return location.reload();
  what.textContent = job.percent === undefined ? job.what : `${job.what}: ${job.percent}%`;
  if (job.percent === undefined) bar.removeAttribute('value');
  else bar.value = job.percent;
  setTimeout(ask, 1000);
}
if (place) setTimeout(ask, 500);
