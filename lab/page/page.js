"use strict";
// Without this the page still shows and plays everything; it joins the players to the axis.
const axis = document.querySelector(".axis");
const start = Number(axis.dataset.start), seconds = Number(axis.dataset.seconds);
const playhead = axis.querySelector(".playhead");
const players = [...document.querySelectorAll("audio")];
const steps = [...document.querySelectorAll(".ladder li")];

function time(player) {
  return Number(player.dataset.start) + player.currentTime;
}

function show(player) {
  const at = time(player);
  playhead.hidden = false;
  playhead.style.left = `${(100 * (at - start)) / seconds}%`;
  const last = steps.filter((step) => Number(step.dataset.at) <= at).at(-1);
  for (const step of steps) step.classList.toggle("now", step === last);
  if (!player.paused) requestAnimationFrame(() => show(player));
}

function playFrom(at, player) {
  player.currentTime = Math.max(0, at - Number(player.dataset.start));
  player.play();
}

for (const player of players) {
  player.addEventListener("play", () => {
    for (const other of players) if (other !== player) other.pause();
    show(player);
  });
  player.addEventListener("seeked", () => show(player));
}

axis.addEventListener("click", (event) => {
  const box = axis.getBoundingClientRect();
  const track = event.target.closest(".track");
  const phone = track ? track.dataset.phone : players[0].dataset.phone;
  const at = start + (seconds * (event.clientX - box.left)) / box.width;
  playFrom(at, players.find((player) => player.dataset.phone === phone));
});

for (const step of steps) {
  const button = step.querySelector("button");
  button.disabled = false;
  button.addEventListener("click", () => playFrom(Number(step.dataset.at), players[0]));
}
