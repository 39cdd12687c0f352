-- One row per programområde, with whether it is modulstrukturert opplæring for voksne: MF in bedrift, MV in school (regbok A03).
select
    kode as programomraadekode,
    if(kategori in ('MF--', 'MV--'), 'J', 'N') as modulstrukturert
from kodeverk.programomraader
