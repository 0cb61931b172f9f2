(function(){
var keep=document.getElementById("keep"),hash=keep?keep.hash:location.hash,way=location.pathname.replace(/\/comment$/,"");
if(!/^#[\w-]{43}$/.test(hash))hash="";
function shown(address){try{history.replaceState(null,"",address)}catch(error){return}}
shown(way+hash);
addEventListener("beforeprint",function(){shown(way)});
addEventListener("afterprint",function(){shown(way+hash)});
addEventListener("hashchange",function(){if(/^#[\w-]{43}$/.test(location.hash))location.reload()});
document.querySelectorAll("form").forEach(function(form){form.action=form.getAttribute("action")+hash});
document.addEventListener("click",function(event){
var link=event.target.closest('a[href^="#"]'),place=link&&document.getElementById(link.hash.slice(1));
if(place){event.preventDefault();place.scrollIntoView();place.focus({preventScroll:true})}
});
})();
